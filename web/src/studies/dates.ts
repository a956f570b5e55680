// Times as fields for dates hold them: local, to the minute.

export function fieldOfTime(time: number | null): string {
  if (time === null) return "";
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

export function timeOfField(text: string): number | null {
  const time = new Date(text).getTime();
  return text === "" || Number.isNaN(time) ? null : time;
}
