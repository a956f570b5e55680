// What a "/" offers: the user's prompts first, then what the page can do.
import type { Prompt } from "../api_types";
import { freshThread, ui } from "../state/app.svelte";
import { navigate } from "../state/router.svelte";
import { t } from "../text/text.svelte";
import type { Command } from "./CommandList.svelte";

const maxShown = 12;

function ownCommands(): Command[] {
  const sheet = (name: NonNullable<typeof ui.sheet>) => () => (ui.sheet = name);
  return [
    {
      id: "new", label: "/new", note: t.newChat, icon: "compose",
      run: () => {
        freshThread();
        navigate("/");
      },
    },
    { id: "prompts", label: "/prompts", note: t.prompts, icon: "slash", run: sheet("prompts") },
    {
      id: "parameters", label: "/parameters", note: t.parameters, icon: "sliders",
      run: sheet("parameters"),
    },
    { id: "settings", label: "/settings", note: t.settings, icon: "gear", run: sheet("settings") },
    { id: "import", label: "/import", note: t.importData, icon: "upload", run: sheet("import") },
    { id: "keys", label: "/keys", note: t.shortcuts, icon: "keyboard", run: sheet("shortcuts") },
  ];
}

export function commandsFor(
  query: string,
  prompts: readonly Prompt[],
  onprompt: (prompt: Prompt) => void,
): Command[] {
  const wanted = query.trim().toLowerCase();
  const all: Command[] = [
    ...prompts.map((prompt): Command => ({
      id: prompt.id,
      label: prompt.name,
      note: prompt.text.replace(/\s+/g, " "),
      icon: "file",
      run: () => onprompt(prompt),
    })),
    ...ownCommands(),
  ];
  const matches = (command: Command) =>
    command.label.toLowerCase().includes(wanted) || command.note.toLowerCase().includes(wanted);
  return all.filter(matches).slice(0, maxShown);
}
