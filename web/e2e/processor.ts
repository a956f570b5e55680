// What a page takes of the processor and the memory, as Chromium counts it.
import type { Page } from "playwright-core";

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** Microseconds: how long it took, and how long of that it had the processor. */
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

export interface PageTask {
  cpuMs: number;
  wallMs: number;
}

/** The tasks of the busiest main thread, most processor time first. */
function tasksIn(events: readonly TraceEvent[]): PageTask[] {
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const mains = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread),
  );
  const byThread = new Map<string, PageTask[]>();
  for (const event of events) {
    if (event.ph !== "X" || event.name !== "RunTask" || !mains.has(thread(event))) continue;
    const task = { cpuMs: (event.tdur ?? 0) / 1000, wallMs: (event.dur ?? 0) / 1000 };
    const tasks = byThread.get(thread(event)) ?? [];
    tasks.push(task);
    byThread.set(thread(event), tasks);
  }
  const all = [...byThread.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  return all.sort((a, b) => b.cpuMs - a.cpuMs);
}

/** Notes the tasks of the page from now on. */
export async function watchTasks(page: Page): Promise<{ end: () => Promise<PageTask[]> }> {
  const client = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  client.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await client.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel", "disabled-by-default-devtools.timeline", "devtools.timeline"] },
  });
  return {
    end: async () => {
      const isComplete = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
      await client.send("Tracing.end");
      await isComplete;
      return tasksIn(events);
    },
  };
}

export interface Memory {
  heapMb: number;
  nodes: number;
}

/** After what nobody needs has been collected. */
export async function memoryOf(page: Page): Promise<Memory> {
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.enable");
  await client.send("HeapProfiler.collectGarbage");
  await client.send("Performance.enable");
  const { metrics } = await client.send("Performance.getMetrics");
  const value = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  return { heapMb: value("JSHeapUsedSize") / 1e6, nodes: value("Nodes") };
}
