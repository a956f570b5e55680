// The mock server's provider of identities: it is asked in the browser's next step and answers at once.
import type { Answer } from "./mock_accounts";

export class MockProvider {
  /** Whether the session that began has given its password. */
  isPermitted = false;
  private isLinking = false;

  /** `outcome`: what logging in comes to; "" lets `enter` in. */
  constructor(readonly name: string, public outcome: string, readonly enter: () => Answer) {}

  start(isLinking: boolean): Answer {
    this.isLinking = isLinking;
    return { status: 200, body: { url: "/api/app/oidc/callback?code=x&state=y" } };
  }

  /** Whether the account of who is here is linked now. */
  takeLink(): boolean {
    const isDone = this.isLinking && this.isPermitted;
    this.isPermitted = false;
    return isDone;
  }

  comeBack(isLinked: boolean): Answer {
    const outcome = isLinked ? "linked" : this.outcome;
    const headers = { Location: outcome === "" ? "/" : `/?oidc=${outcome}` };
    const entered = outcome === "" ? this.enter().headers : {};
    return { status: 303, headers: { ...headers, ...entered } };
  }
}
