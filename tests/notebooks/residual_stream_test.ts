import { testTutorial } from "./tutorial.ts";

await testTutorial("04_residual_stream.ipynb");
