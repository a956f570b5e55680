// Which view the address names: / (a new chat), /c/ID, /c/ID#m-MESSAGE, /s/TOKEN,
// /join/TOKEN (a link to a study), /survey/ID (a questionnaire), /interview/ID (of a participation).
export type Route =
  | { view: "new" }
  | { view: "conversation"; id: string; message?: string }
  | { view: "shared"; token: string }
  | { view: "join"; token: string }
  | { view: "survey"; id: string }
  | { view: "interview"; id: string };

export function parsePath(address: string): Route {
  const [path = "", hash = ""] = address.split("#", 2);
  const [, kind, name] = /^\/(c|s|join|survey|interview)\/([^/]+)\/?$/.exec(path) ?? [];
  const [, message] = /^m-(.+)$/.exec(hash) ?? [];
  if (kind === "c" && name) {
    const id = decodeURIComponent(name);
    return message ? { view: "conversation", id, message: decodeURIComponent(message) } : { view: "conversation", id };
  }
  if (kind === "s" && name) return { view: "shared", token: decodeURIComponent(name) };
  if (kind === "join" && name) return { view: "join", token: decodeURIComponent(name) };
  if (kind === "survey" && name) return { view: "survey", id: decodeURIComponent(name) };
  if (kind === "interview" && name) return { view: "interview", id: decodeURIComponent(name) };
  return { view: "new" };
}

export function conversationPath(id: string, message: string | null = null): string {
  const hash = message === null ? "" : `#m-${encodeURIComponent(message)}`;
  return `/c/${encodeURIComponent(id)}${hash}`;
}

const address = () => location.pathname + location.hash;

const current = $state<{ route: Route }>({ route: parsePath(address()) });

export const route = () => current.route;

export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (path !== address()) {
    if (how === "push") history.pushState(null, "", path);
    else history.replaceState(null, "", path);
  }
  current.route = parsePath(path);
}

window.addEventListener("popstate", () => (current.route = parsePath(address())));

/** For links: lets the browser have clicks that open a tab or a window. */
export function followLink(event: MouseEvent): void {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (!isPlain || event.defaultPrevented) return;
  event.preventDefault();
  const { pathname, hash } = event.currentTarget as HTMLAnchorElement;
  navigate(pathname + hash);
}
