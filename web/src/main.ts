import { ownScript } from "./parts/trusted";
import { mount } from "svelte";
import App from "./App.svelte";
import "./styles/base.css";
import "./styles/forms.css";
import "./styles/markdown.css";

const target = document.getElementById("app");
if (target === null) throw new Error("the page has no #app");
target.replaceChildren();
mount(App, { target });

// What shows answers is needed soon and not at once.
const whenIdle = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
whenIdle(() => void import("./markdown/view"));

// The page opens without the server too; where workers are not allowed it does not, and works.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(ownScript("/sw.js")).catch(() => undefined);
}
