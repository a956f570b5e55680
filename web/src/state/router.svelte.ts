// Which view the address names: / (a new chat), /c/ID, /s/TOKEN.
export type Route =
  | { view: "new" }
  | { view: "conversation"; id: string }
  | { view: "shared"; token: string };

export function parsePath(path: string): Route {
  const [, kind, name] = /^\/([cs])\/([^/]+)\/?$/.exec(path) ?? [];
  if (kind === "c" && name) return { view: "conversation", id: decodeURIComponent(name) };
  if (kind === "s" && name) return { view: "shared", token: decodeURIComponent(name) };
  return { view: "new" };
}

export const conversationPath = (id: string) => `/c/${encodeURIComponent(id)}`;

const current = $state<{ route: Route }>({ route: parsePath(location.pathname) });

export const route = () => current.route;

export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (path !== location.pathname) {
    if (how === "push") history.pushState(null, "", path);
    else history.replaceState(null, "", path);
  }
  current.route = parsePath(path);
}

window.addEventListener("popstate", () => (current.route = parsePath(location.pathname)));

/** For links: lets the browser have clicks that open a tab or a window. */
export function followLink(event: MouseEvent): void {
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (!isPlain || event.defaultPrevented) return;
  event.preventDefault();
  navigate((event.currentTarget as HTMLAnchorElement).pathname);
}
