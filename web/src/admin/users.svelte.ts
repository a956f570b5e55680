// The accounts of this server, as administrators change them.
import * as api from "../api";
import type { User, UserRole } from "../api_types";
import { newPassword } from "../account/password";
import { refusalText } from "../account/attempt.svelte";
import { copyText } from "../parts/files";
import { askText } from "../state/ask.svelte";
import { notify } from "../state/notices.svelte";
import { t } from "../text/text.svelte";

export const roles: readonly UserRole[] = ["user", "annotator", "researcher", "administrator"];

export const shownName = (user: User): string => user.display_name || user.name;

/** Those whose name or group holds all words, whatever their case. */
export function matching(users: readonly User[], query: string): User[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return users.filter((user) => {
    const text = [user.name, user.display_name, user.role, ...user.groups].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function groupsOf(text: string): string[] {
  const groups = text.split(/[,，、]/).map((group) => group.trim()).filter((group) => group !== "");
  return [...new Set(groups)];
}

export class Users {
  /** Null: not loaded yet. */
  all = $state.raw<User[] | null>(null);
  failure = $state("");

  async load(): Promise<void> {
    try {
      const { users } = await api.users();
      this.all = users.sort((a, b) => shownName(a).localeCompare(shownName(b)));
    } catch (error) {
      this.failure = refusalText(error);
    }
  }

  add(user: User): void {
    this.all = [...(this.all ?? []), user].sort((a, b) => shownName(a).localeCompare(shownName(b)));
  }

  async change(user: User, patch: api.UserPatch): Promise<boolean> {
    try {
      const changed = await api.changeUser(user.id, patch);
      this.all = (this.all ?? []).map((each) => (each.id === user.id ? { ...each, ...changed } : each));
      return true;
    } catch (error) {
      notify(refusalText(error), null, true);
      return false;
    }
  }

  async editGroups(user: User): Promise<void> {
    const text = await askText(t.accounts.editGroups, user.groups.join(", "), t.accounts.groupsHint);
    if (text !== null) await this.change(user, { groups: groupsOf(text) });
  }

  async resetPassword(user: User): Promise<void> {
    const password = await askText(t.accounts.resetPassword, newPassword(), t.accounts.resetHint);
    if (!password || !(await this.change(user, { new_password: password }))) return;
    notify(t.accounts.passwordReset(shownName(user)), {
      label: t.copy,
      run: () => void copyText(password),
    });
  }

  async setDisabled(user: User, is_disabled: boolean): Promise<void> {
    const isDone = await this.change(user, { is_disabled });
    if (isDone && is_disabled) notify(t.accounts.userDisabled(shownName(user)));
  }

  async turnTotpOff(user: User): Promise<void> {
    const isDone = await this.change(user, { has_totp: false });
    if (isDone) notify(t.accounts.twoStepTurnedOff(shownName(user)));
  }

  async remove(user: User): Promise<void> {
    const typed = await askText(t.accounts.deleteUser, "", t.accounts.deleteUserHint(user.name));
    if (typed === null) return;
    if (typed.toLowerCase() !== user.name.toLowerCase()) {
      return void notify(t.accounts.deleteUserMismatch, null, true);
    }
    try {
      await api.deleteUser(user.id);
      this.all = (this.all ?? []).filter((each) => each.id !== user.id);
      notify(t.accounts.userDeleted(user.name));
    } catch (error) {
      notify(refusalText(error), null, true);
    }
  }
}
