#include "assistant/generation_runner.h"

#include <algorithm>
#include <random>
#include <utility>

#include "assistant/ended_generation.h"
#include "base/log.h"
#include "store/conversations.h"
#include "store/messages.h"
#include "store/probes.h"

namespace falconet {
namespace {

// What a crash may cost of an answer.
constexpr std::chrono::seconds kSaveInterval{1};

// Logs of ended generations that are kept, so that a reader who lost its connection near the end
// gets exactly what it missed. Later ones get the message from the store.
constexpr std::size_t kMaxKept = 64;

}  // namespace

GenerationRunner::GenerationRunner(Store& store, const Clock& clock)
    : store_(store), clock_(clock), probes_(std::random_device()()) {
  reader_ = std::thread([this] { read_streams(); });
  saver_ = std::thread([this] { save_texts(); });
}

GenerationRunner::~GenerationRunner() { drain(std::chrono::milliseconds(0)); }

Status GenerationRunner::reserve(const UserId& user) {
  const std::lock_guard lock(mutex_);
  if (is_draining_) return error(ErrorCode::Unavailable, "the server is ending");
  int& num_running = num_running_[user.value];
  if (num_running >= kMaxRunningGenerations) {
    return error(ErrorCode::Exhausted, kMaxRunningGenerations,
                 " answers are being written already; wait for one of them, or stop it");
  }
  ++num_running;
  ++num_active_;
  return {};
}

void GenerationRunner::release(const UserId& user) {
  const std::lock_guard lock(mutex_);
  const auto found = num_running_.find(user.value);
  if (--found->second == 0) num_running_.erase(found);
  --num_active_;
  idle_.notify_all();
}

Result<StartedGeneration> GenerationRunner::start(const UserId& user,
                                                  std::shared_ptr<Completer> completer,
                                                  const GenerationRequest& request) {
  TRY(reserve(user));
  auto started = start_reserved(user, std::move(completer), request);
  if (!started) release(user);
  return started;
}

Result<StartedGeneration> GenerationRunner::start_reserved(const UserId& user,
                                                           std::shared_ptr<Completer> completer,
                                                           const GenerationRequest& request) {
  TRY_ASSIGN(GenerationPlan plan, plan_generation(store_, user, *completer, request));
  TRY_ASSIGN(std::unique_ptr<CompletionStream> stream,
             completer->start(std::move(plan.completion)));
  TRY_ASSIGN(StartedGeneration started, store_.write([&](Transaction& transaction) {
    return start_generation(transaction, user, plan.generation);
  }));
  add(std::make_shared<RunningGeneration>(GenerationParts{.user = user,
                                                          .started = started,
                                                          .ledger = plan.generation.ledger,
                                                          .title = std::move(plan.title),
                                                          .completer = std::move(completer),
                                                          .stream = std::move(stream)}));
  return started;
}

void GenerationRunner::add(Shared generation) {
  {
    const std::lock_guard lock(mutex_);
    const auto position = std::count_if(reading_.begin(), reading_.end(), [](const Shared& other) {
      return other->record().state == GenerationState::Queued;
    });
    generation->log()->append(QueuedEvent{position});
    if (is_cancelling_) generation->ask_to_stop(RunningGeneration::StopReason::ServerEnds);
    kept_.push_back(generation);
  }
  // Before the reading thread may touch the stream. A wake that comes first finds nothing to read.
  generation->on_ready([this] { wake_reader(); });
  {
    const std::lock_guard lock(mutex_);
    reading_.push_back(std::move(generation));
    has_news_ = true;
  }
  reader_wakes_.notify_one();
  saver_wakes_.notify_one();
}

GenerationRunner::Shared GenerationRunner::find(const GenerationId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Shared& generation) {
    return generation->record().id == id;
  });
  return found == kept_.end() ? nullptr : *found;
}

std::vector<GenerationRecord> GenerationRunner::active(const UserId& user) const {
  const std::lock_guard lock(mutex_);
  std::vector<GenerationRecord> records;
  for (const Shared& generation : kept_) {
    if (generation->user() != user) continue;
    GenerationRecord record = generation->record();
    if (!has_ended(record.state)) records.push_back(std::move(record));
  }
  return records;
}

Result<std::unique_ptr<GenerationReader>> GenerationRunner::attach(const UserId& user,
                                                                   const GenerationId& id,
                                                                   std::int64_t after) {
  const Shared generation = find(id);
  if (generation != nullptr && generation->user() == user) {
    return std::make_unique<GenerationReader>(generation->log(), after);
  }
  TRY_ASSIGN(std::vector<GenerationEvent> events, store_.read([&](Transaction& transaction) {
    return events_of_ended(transaction, user, id, after);
  }));
  return std::make_unique<GenerationReader>(std::move(events));
}

Status GenerationRunner::stop(const UserId& user, const GenerationId& id) {
  const Shared generation = find(id);
  if (generation == nullptr || generation->user() != user) {
    TRY(store_.read([&](Transaction& t) { return find_generation(t, user, id); }));
    return {};
  }
  generation->ask_to_stop(RunningGeneration::StopReason::ByUser);
  wake_reader();
  return {};
}

void GenerationRunner::stop_deleted(const UserId& user, const ConversationId& conversation) {
  for (const GenerationRecord& record : active(user)) {
    if (record.conversation_id != conversation) continue;
    const auto message = store_.read([&](Transaction& transaction) {
      return find_message(transaction, user, record.message_id);
    });
    if (message || message.error().code != ErrorCode::NotFound) continue;
    if (const Shared generation = find(record.id)) {
      generation->ask_to_stop(RunningGeneration::StopReason::ByUser);
      wake_reader();
    }
  }
}

void GenerationRunner::drain(std::chrono::milliseconds patience) {
  const std::lock_guard drain_lock(drain_mutex_);
  if (!reader_.joinable()) return;
  std::unique_lock lock(mutex_);
  is_draining_ = true;
  const auto is_idle = [this] { return num_active_ == 0; };
  if (!idle_.wait_for(lock, patience, is_idle)) {
    for (const Shared& generation : kept_) {
      generation->ask_to_stop(RunningGeneration::StopReason::ServerEnds);
    }
    is_cancelling_ = true;
    has_news_ = true;
    reader_wakes_.notify_one();
    idle_.wait(lock, is_idle);
  }
  is_stopping_ = true;
  lock.unlock();
  reader_wakes_.notify_one();
  saver_wakes_.notify_one();
  reader_.join();
  saver_.join();
}

void GenerationRunner::wake_reader() {
  {
    const std::lock_guard lock(mutex_);
    has_news_ = true;
  }
  reader_wakes_.notify_one();
}

void GenerationRunner::read_streams() {
  std::unique_lock lock(mutex_);
  while (true) {
    reader_wakes_.wait(lock, [this] { return has_news_ || is_stopping_; });
    if (is_stopping_) return;
    has_news_ = false;
    const std::vector<Shared> generations = reading_;
    lock.unlock();  // streams may call wake_reader() at any time
    std::vector<Shared> ended;
    for (const Shared& generation : generations) {
      if (!generation->read(clock_.now())) ended.push_back(generation);
    }
    lock.lock();
    for (Shared& generation : ended) {
      std::erase(reading_, generation);
      ended_.push_back(std::move(generation));
    }
    if (!ended.empty()) saver_wakes_.notify_one();
  }
}

void GenerationRunner::save_texts() {
  std::unique_lock lock(mutex_);
  auto next_save = std::chrono::steady_clock::now() + kSaveInterval;
  while (true) {
    const auto has_work = [this] { return !ended_.empty() || is_stopping_; };
    if (reading_.empty()) {
      saver_wakes_.wait(lock, [&] { return has_work() || !reading_.empty(); });
    } else {
      saver_wakes_.wait_until(lock, next_save, has_work);
    }
    if (ended_.empty() && is_stopping_) return;
    const std::vector<Shared> running = reading_;
    const std::vector<Shared> ended = std::exchange(ended_, {});
    lock.unlock();
    if (const auto now = std::chrono::steady_clock::now(); now >= next_save) {
      save(running);
      next_save = now + kSaveInterval;
    }
    for (const Shared& generation : ended) finish(generation);
    lock.lock();
    drop_oldest_ended();
  }
}

void GenerationRunner::drop_oldest_ended() {
  while (kept_.size() > kMaxKept) {
    const auto oldest = std::find_if(kept_.begin(), kept_.end(), [](const Shared& generation) {
      return has_ended(generation->record().state);
    });
    if (oldest == kept_.end()) return;
    kept_.erase(oldest);
  }
}

void GenerationRunner::save(const std::vector<Shared>& generations) {
  std::vector<std::pair<Shared, GenerationText>> texts;
  for (const Shared& generation : generations) {
    if (auto text = generation->take_unsaved()) texts.emplace_back(generation, *std::move(text));
  }
  if (texts.empty()) return;
  const Status saved = store_.write([&](Transaction& transaction) -> Status {
    for (const auto& [generation, text] : texts) TRY(append_generation_text(transaction, text));
    return {};
  });
  if (saved) return;
  log_error("answers that are being written could not be saved: ", saved.error().message);
  for (auto& [generation, text] : texts) generation->give_back(std::move(text));
}

void GenerationRunner::finish(const Shared& generation) {
  GenerationEnd end = generation->end();
  GenerationLog& log = *generation->log();
  end.is_unread = !log.has_readers();
  bool has_new_title = false;
  auto saved = store_.write([&](Transaction& transaction) -> Result<Message> {
    if (!generation->title().empty()) {
      TRY_ASSIGN(has_new_title,
                 set_automatic_title(transaction, generation->user(),
                                     generation->record().conversation_id, generation->title()));
    }
    end.last_event = log.last_number() + (has_new_title ? 2 : 1);
    TRY_ASSIGN(Message finished, finish_generation(transaction, generation->user(), end));
    if (finished.status == MessageStatus::Done) {
      TRY_ASSIGN(finished.probe,
                 draw_probe(transaction, generation->user(), finished.id, probes_.uniform()));
    }
    return finished;
  });
  generation->set_ended(end.state);
  Message message = generation->message();
  if (saved) {
    message = *std::move(saved);
    if (has_new_title) log.append(TitleEvent{generation->title()});
  } else if (saved.error().code == ErrorCode::NotFound) {
    message.status = MessageStatus::Stopped;  // deleted by its owner
  } else {
    log_error("an answer could not be saved: ", saved.error().message);
    message.status = MessageStatus::Failed;
    message.error = cat("the answer could not be saved: ", saved.error().message);
    message.reasoning += end.reasoning;
    message.content += end.content;
  }
  log.append(DoneEvent{std::move(message)});
  release(generation->user());
}

}  // namespace falconet
