import { cpuUsage } from "node:process";

/** The milliseconds that the processor has worked for this process: what a clock shows is also what else the machine does. */
export function processorTime(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}
