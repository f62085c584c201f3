import { testTutorial } from "./tutorial.ts";

await testTutorial("02_edits.ipynb");
