import { testTutorial } from "./tutorial.ts";

await testTutorial("05_direct_logit_attribution.ipynb");
