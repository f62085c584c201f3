import { testTutorial } from "./tutorial.ts";

await testTutorial("06_logit_lens.ipynb");
