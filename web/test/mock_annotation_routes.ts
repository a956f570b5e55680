// The API of samples and their coding, for the mock server.
import type { Judgements, Rubric, SampleOrder } from "../src/api_types";
import type { Answer } from "./mock_accounts";
import { sampleRubrics, type MockAnnotation } from "./mock_annotation";
import type { Handler } from "./mock_server";

const ok = (body: unknown): Answer => ({ status: 200, body });

export function annotationRoutes(
  annotation: () => MockAnnotation,
): (readonly [string, RegExp, Handler])[] {
  return [
    ["GET", /^\/feedback\/rubrics$/, () => ok({ rubrics: annotation().rubrics })],
    ["PUT", /^\/feedback\/rubrics\/(\w+)$/, ([name = ""], body) =>
      ok({ rubric: annotation().save(name, body as unknown as Rubric) })],
    ["GET", /^\/feedback\/samples$/, () => ok({ samples: annotation().samples })],
    ["POST", /^\/feedback\/samples$/, (_, body) => ({
      status: 201, body: { sample: annotation().draw(body as unknown as SampleOrder) },
    })],
    ["GET", /^\/feedback\/samples\/\w+$/, () => ok({ sample: annotation().samples[0], items: [], rubrics: sampleRubrics })],
    ["DELETE", /^\/feedback\/samples\/(\w+)$/, ([id]) => {
      annotation().samples = annotation().samples.filter((each) => each.id !== id);
      return { status: 204 };
    }],
    ["GET", /^\/feedback\/samples\/\w+\/differences$/, () => ok({ items: annotation().differing })],
    ["PUT", /^\/feedback\/items\/(\w+)\/decision$/, ([id = ""], body) => {
      annotation().decide(id, body as unknown as { code: string; value: number; comment: string });
      return { status: 204 };
    }],
    ["GET", /^\/feedback\/queues$/, () => ok({ queues: annotation().queues })],
    ["POST", /^\/feedback\/queues\/\w+\/next$/, () => ok(annotation().next())],
    ["POST", /^\/feedback\/queues\/\w+\/undo$/, () => {
      const hand = annotation().undo();
      return hand === null
        ? { status: 404, body: { error: { message: "there is nothing to take back", code: "not_found" } } }
        : ok(hand);
    }],
    ["PUT", /^\/feedback\/items\/(\w+)\/coding$/, ([id = ""], body) => {
      annotation().submit(id, body as unknown as { values: Judgements; comment: string });
      return { status: 204 };
    }],
  ];
}
