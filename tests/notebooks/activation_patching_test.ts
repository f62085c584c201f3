import { testTutorial } from "./tutorial.ts";

await testTutorial("07_activation_patching.ipynb");
