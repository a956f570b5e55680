// The conversations as rows: pinned ones first, then by the day of their last change.
import type { Conversation } from "../api_types";

export type Period = "pinned" | "today" | "yesterday" | "lastWeek" | "lastMonth";

export type Row =
  | { kind: "heading"; key: string; period: Period | null; month: number | null }
  | { kind: "chat"; key: string; chat: Conversation };

const dayMs = 86_400_000;

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** A named period, or the first moment of a month. */
function periodOf(chat: Conversation, today: number): Period | number {
  if (chat.is_pinned) return "pinned";
  // Rounded, since days of 23 and 25 hours exist.
  const numDays = Math.round((today - startOfDay(chat.changed)) / dayMs);
  if (numDays <= 0) return "today";
  if (numDays === 1) return "yesterday";
  if (numDays <= 7) return "lastWeek";
  if (numDays <= 30) return "lastMonth";
  const date = new Date(chat.changed);
  return new Date(date.getFullYear(), date.getMonth(), 1).getTime();
}

/** `chats` come newest first. */
export function rowsOf(chats: readonly Conversation[], now: number): Row[] {
  const today = startOfDay(now);
  const rows: Row[] = [];
  let last: Period | number | null = null;
  const pinned = chats.filter((chat) => chat.is_pinned);
  for (const chat of [...pinned, ...chats.filter((each) => !each.is_pinned)]) {
    const period = periodOf(chat, today);
    if (period !== last) {
      const isMonth = typeof period === "number";
      rows.push({
        kind: "heading",
        key: `heading ${period}`,
        period: isMonth ? null : period,
        month: isMonth ? period : null,
      });
    }
    last = period;
    rows.push({ kind: "chat", key: chat.id, chat });
  }
  return rows;
}

/** The rows between two heights of a list whose rows all have one height, and a few beyond. */
export function visibleRange(numRows: number, rowHeight: number, top: number, height: number) {
  const numBeyond = 8;
  const first = Math.max(0, Math.floor(top / rowHeight) - numBeyond);
  const end = Math.min(numRows, Math.ceil((top + height) / rowHeight) + numBeyond);
  return { first, end };
}
