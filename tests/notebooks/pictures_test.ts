import { testTutorial } from "./tutorial.ts";

await testTutorial("08_pictures.ipynb");
