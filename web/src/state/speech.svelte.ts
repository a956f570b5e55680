// Reading aloud with the voices that are on this machine: others would send the text away.

class Speech {
  /** The message that is being read, or null. */
  reading = $state<string | null>(null);

  /** Voices come late in some browsers; without one the action is not offered. */
  private voiceFor(text: string): SpeechSynthesisVoice | undefined {
    const language = /[\u4e00-\u9fff]/.test(text) ? "zh" : "en";
    const local = speechSynthesis.getVoices().filter((voice) => voice.localService);
    return local.find((voice) => voice.lang.toLowerCase().startsWith(language));
  }

  canRead(text: string): boolean {
    return "speechSynthesis" in globalThis && this.voiceFor(text) !== undefined;
  }

  read(message: string, text: string): void {
    this.stop();
    const voice = this.voiceFor(text);
    if (voice === undefined) return;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    const end = (): void => {
      if (this.reading === message) this.reading = null;
    };
    utterance.onend = end;
    utterance.onerror = end;
    this.reading = message;
    speechSynthesis.speak(utterance);
  }

  stop(): void {
    this.reading = null;
    if ("speechSynthesis" in globalThis) speechSynthesis.cancel();
  }
}

export const speech = new Speech();
