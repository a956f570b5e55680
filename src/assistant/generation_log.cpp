#include "assistant/generation_log.h"

#include <algorithm>
#include <utility>

namespace falconet {
namespace {

bool is_progress(const GenerationEventBody& body) {
  return std::holds_alternative<QueuedEvent>(body) || std::holds_alternative<ReadingEvent>(body) ||
         std::holds_alternative<SpeedEvent>(body);
}

/// Joins the text to the last event if that is of the same kind.
template <class TextEvent>
void give_text(std::vector<GenerationEvent>& out, std::int64_t number, std::string_view text) {
  if (!out.empty()) {
    if (auto* last = std::get_if<TextEvent>(&out.back().body)) {
      last->text += text;
      out.back().number = number;
      return;
    }
  }
  out.push_back({number, TextEvent{std::string(text)}});
}

}  // namespace

void GenerationLog::append(GenerationEventBody body) {
  const std::lock_guard lock(mutex_);
  CHECK(!is_finished_, "an event after the last one");
  Kind kind = Kind::Other;
  if (const auto* reasoning = std::get_if<ReasoningEvent>(&body)) {
    reasoning_ += reasoning->text;
    kind = Kind::Reasoning;
  } else if (const auto* content = std::get_if<ContentEvent>(&body)) {
    content_ += content->text;
    kind = Kind::Content;
  }
  entries_.push_back({kind, reasoning_.size(), content_.size()});
  if (kind == Kind::Other) {
    if (is_progress(body)) {
      std::erase_if(others_, [](const auto& other) { return is_progress(other.second); });
    }
    is_finished_ = std::holds_alternative<DoneEvent>(body);
    others_.emplace(static_cast<std::int64_t>(entries_.size()), std::move(body));
  }
  for (const auto& [reader, wake] : wakes_) wake();
}

std::vector<GenerationEvent> GenerationLog::after(std::int64_t number) const {
  const std::lock_guard lock(mutex_);
  std::vector<GenerationEvent> out;
  const auto first = static_cast<std::size_t>(std::max<std::int64_t>(0, number));
  Entry before = first > 0 && first <= entries_.size() ? entries_[first - 1] : Entry{};
  for (std::size_t i = first; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const auto event_number = static_cast<std::int64_t>(i) + 1;
    if (entry.kind == Kind::Reasoning) {
      const auto text = std::string_view(reasoning_).substr(0, entry.reasoning_end);
      give_text<ReasoningEvent>(out, event_number, text.substr(before.reasoning_end));
    } else if (entry.kind == Kind::Content) {
      const auto text = std::string_view(content_).substr(0, entry.content_end);
      give_text<ContentEvent>(out, event_number, text.substr(before.content_end));
    } else if (const auto found = others_.find(event_number); found != others_.end()) {
      out.push_back({event_number, found->second});
    }
    before = entry;
  }
  return out;
}

std::int64_t GenerationLog::last_number() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::int64_t>(entries_.size());
}

bool GenerationLog::is_finished() const {
  const std::lock_guard lock(mutex_);
  return is_finished_;
}

int GenerationLog::add_reader(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wakes_.emplace(next_reader_, std::move(wake));
  return next_reader_++;
}

void GenerationLog::remove_reader(int reader) {
  const std::lock_guard lock(mutex_);
  wakes_.erase(reader);
}

bool GenerationLog::has_readers() const {
  const std::lock_guard lock(mutex_);
  return !wakes_.empty();
}

GenerationReader::GenerationReader(std::shared_ptr<GenerationLog> log, std::int64_t after)
    : log_(std::move(log)), number_(after) {}

GenerationReader::GenerationReader(std::vector<GenerationEvent> events)
    : events_(std::move(events)) {}

GenerationReader::~GenerationReader() {
  if (reader_ >= 0) log_->remove_reader(reader_);
}

void GenerationReader::on_ready(std::function<void()> wake) {
  if (log_ != nullptr) reader_ = log_->add_reader(wake);
  wake();
}

std::vector<GenerationEvent> GenerationReader::take() {
  if (log_ == nullptr) {
    is_finished_ = true;
    return std::exchange(events_, {});
  }
  // Asked first: what is appended in between is then taken now or by the next call.
  is_finished_ = log_->is_finished();
  std::vector<GenerationEvent> events = log_->after(number_);
  if (!events.empty()) number_ = events.back().number;
  return events;
}

}  // namespace falconet
