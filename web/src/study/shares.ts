// Shares as people read them.
import type { Interval } from "../api_types";
import { formatNumber } from "../text/text.svelte";

/** One digit below ten per cent, where it matters. */
const number = (share: number) => formatNumber(100 * share, share < 0.095 ? 1 : 0);

export const percent = (share: number): string => `${number(share)}%`;
export const percentRange = ([low, high]: Interval): string => `${number(low)}–${number(high)}%`;
