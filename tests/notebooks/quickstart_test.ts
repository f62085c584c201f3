import { testTutorial } from "./tutorial.ts";

await testTutorial("01_quickstart.ipynb");
