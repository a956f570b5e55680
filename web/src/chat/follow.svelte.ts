// Scrolling that follows the end of the conversation until the reader goes elsewhere, and takes up
// following when the reader comes back to the end.

const nearEnd = 40;

export class Follower {
  isFollowing = $state(true);
  isAtEnd = $state(true);
  private node: HTMLElement | null = null;
  private lastTop = 0;
  private lastHeight = 0;

  /** An attachment for the node that scrolls; its first child is the content. */
  readonly attach = (node: HTMLElement) => {
    this.node = node;
    const onScroll = () => this.look();
    // The wheel speaks before the scrolling does, so following stops in time.
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0) this.isFollowing = false;
    };
    const observer = new ResizeObserver(() => this.keep());
    observer.observe(node);
    if (node.firstElementChild) observer.observe(node.firstElementChild);
    node.addEventListener("scroll", onScroll, { passive: true });
    node.addEventListener("wheel", onWheel, { passive: true });
    return () => {
      observer.disconnect();
      node.removeEventListener("scroll", onScroll);
      node.removeEventListener("wheel", onWheel);
      this.node = null;
    };
  };

  private distance(): number {
    if (this.node === null) return 0;
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight;
  }

  private look(): void {
    if (this.node === null) return;
    const { scrollTop, scrollHeight } = this.node;
    const hasShrunk = scrollHeight < this.lastHeight;
    if (scrollTop < this.lastTop - 1 && !hasShrunk) this.isFollowing = false;
    this.isAtEnd = this.distance() < nearEnd;
    if (this.isAtEnd && scrollTop >= this.lastTop) this.isFollowing = true;
    this.lastTop = scrollTop;
    this.lastHeight = scrollHeight;
  }

  private keep(): void {
    if (this.node === null) return;
    if (this.isFollowing) this.node.scrollTop = this.node.scrollHeight;
    this.isAtEnd = this.distance() < nearEnd;
    this.lastTop = this.node.scrollTop;
    this.lastHeight = this.node.scrollHeight;
  }

  /** The reader is led elsewhere. */
  letGo(): void {
    this.isFollowing = false;
  }

  toEnd(isSmooth = false): void {
    this.isFollowing = true;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (isSmooth && !isCalm && this.distance() < 4000) {
      this.node?.scrollTo({ top: this.node.scrollHeight, behavior: "smooth" });
    } else {
      this.keep();
    }
  }
}
