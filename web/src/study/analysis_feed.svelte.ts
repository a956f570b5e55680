// The figures that a page shows, and their renewal: the last ones come at once, newer ones when
// they are made.
import * as api from "../api_feedback";
import type { Analysis, Comment, Time } from "../api_types";
import { describe } from "../state/notices.svelte";
import { language } from "../text/text.svelte";

const maxComments = 50;
const askAgainMs = 2000;

export class AnalysisFeed {
  reply = $state.raw<api.AnalysisReply | null>(null);
  comments = $state.raw<Comment[]>([]);
  failure = $state("");
  isLoading = $state(true);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private filter: api.FeedbackFilter = {};
  /** What is asked for now: answers to earlier questions come too late. */
  private turn = 0;

  get analysis(): Analysis | null {
    return this.reply?.analysis ?? null;
  }
  /** The first figures of this choice are still being made. */
  get isMaking(): boolean {
    return this.analysis === null && this.reply?.is_refreshing === true;
  }

  async load(filter: api.FeedbackFilter): Promise<void> {
    this.filter = filter;
    await this.ask(() => api.analysis(language(), filter));
  }

  /** The figures of this moment. */
  async renew(): Promise<void> {
    await this.ask(() => api.freshAnalysis(language(), this.filter));
  }

  stop(): void {
    this.turn += 1;
    clearTimeout(this.timer);
  }

  private async ask(figures: () => Promise<api.AnalysisReply>): Promise<void> {
    this.stop();
    const turn = this.turn;
    this.isLoading = true;
    try {
      const [reply, said] = await Promise.all([figures(), api.comments(maxComments, this.filter)]);
      if (turn !== this.turn) return;
      this.reply = reply;
      this.comments = said.comments;
      this.failure = "";
      this.plan(reply, turn, reply.asked);
    } catch (error) {
      if (turn !== this.turn) return;
      this.failure = describe(error);
    }
    this.isLoading = false;
  }

  private plan(reply: api.AnalysisReply, turn: number, since: Time | undefined): void {
    if (reply.is_refreshing) this.timer = setTimeout(() => void this.askAgain(turn, since), askAgainMs);
  }

  private async askAgain(turn: number, since: Time | undefined): Promise<void> {
    try {
      const reply = await api.analysis(language(), this.filter, since);
      if (turn !== this.turn) return;
      this.reply = reply;
      this.plan(reply, turn, since);
    } catch (error) {
      if (turn === this.turn) this.failure = describe(error);
    }
  }
}
