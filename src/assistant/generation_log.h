// Everything that a running generation has said, numbered, for any number of readers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "store/records.h"

namespace falconet {

struct QueuedEvent {
  std::int64_t position = 0;  // generations that were asked for before and have not begun
};
struct ReadingEvent {
  std::int64_t num_done = 0;
  std::int64_t num_tokens = 0;
};
struct ReasoningEvent {
  std::string text = {};
};
struct ContentEvent {
  std::string text = {};
};
struct SpeedEvent {
  std::int64_t num_tokens = 0;
  double tokens_per_second = 0;
};
struct TitleEvent {
  std::string title = {};
};
struct DoneEvent {
  Message message = {};
};

using GenerationEventBody = std::variant<QueuedEvent, ReadingEvent, ReasoningEvent, ContentEvent,
                                         SpeedEvent, TitleEvent, DoneEvent>;

/// Numbered from 1 without gaps in the log. A reader who is behind gets neighbouring texts as one,
/// under the last one's number, and of progress only the newest.
struct GenerationEvent {
  std::int64_t number = 0;
  GenerationEventBody body = {};
};

/// Safe to use from any thread.
class GenerationLog {
 public:
  /// Nothing may follow a DoneEvent.
  void append(GenerationEventBody body);

  std::vector<GenerationEvent> after(std::int64_t number) const;

  std::int64_t last_number() const;
  bool is_finished() const;

  /// `wake` is called from the appending thread after each event until it is taken away again; it
  /// must not block or call the log. Returns what takes it away.
  int add_reader(std::function<void()> wake);
  void remove_reader(int reader);
  bool has_readers() const;

 private:
  enum class Kind : std::uint8_t { Reasoning, Content, Other };
  struct Entry {
    Kind kind = Kind::Other;
    // How long the texts were with this event.
    std::size_t reasoning_end = 0;
    std::size_t content_end = 0;
  };

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // number n is at n − 1
  std::string reasoning_;
  std::string content_;
  std::map<std::int64_t, GenerationEventBody> others_;  // by number; outdated progress is left out
  bool is_finished_ = false;
  int next_reader_ = 0;
  std::map<int, std::function<void()>> wakes_;
};

/// One reader's place in a log. Used by one thread at a time.
class GenerationReader {
 public:
  /// From event `after` + 1 on. The log is shared with the generation that writes it and ends
  /// before or after its readers.
  GenerationReader(std::shared_ptr<GenerationLog> log, std::int64_t after);

  /// Over what is known of a generation that ended long ago.
  explicit GenerationReader(std::vector<GenerationEvent> events);

  ~GenerationReader();
  GenerationReader(const GenerationReader&) = delete;
  GenerationReader& operator=(const GenerationReader&) = delete;

  /// `wake` is called from another thread whenever there may be news, and at once; it must not
  /// block. Not called any more once the reader is gone.
  void on_ready(std::function<void()> wake);

  /// What came since the last call; may be nothing.
  std::vector<GenerationEvent> take();

  /// Nothing will come any more.
  bool is_finished() const { return is_finished_; }

 private:
  std::shared_ptr<GenerationLog> log_;
  std::vector<GenerationEvent> events_;
  std::int64_t number_ = 0;
  bool is_finished_ = false;
  int reader_ = -1;
};

}  // namespace falconet
