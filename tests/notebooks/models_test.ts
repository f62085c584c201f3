import { testTutorial } from "./tutorial.ts";

await testTutorial("03_models.ipynb");
