#include "server/model_fetcher.h"

#include <utility>

#include "base/log.h"
#include "hub/pull.h"
#include "hub/short_names.h"

namespace falconet {

ModelFetcher::ModelFetcher(ModelDirectory& models, HubSettings hub, ModelOpener open)
    : models_(models), hub_(std::move(hub)), open_(std::move(open)) {}

ModelFetcher::~ModelFetcher() { thread_.request_stop(); }

Status ModelFetcher::start(const std::string& name) {
  if (find_short_name(name) == nullptr) {
    return error(ErrorCode::InvalidArgument, "name: '", name,
                 "' is none of the models that can be fetched by name here; falconet pull takes "
                 "any");
  }
  const std::lock_guard lock(mutex_);
  const bool is_same = progress_.name == name;
  if (is_same && (progress_.state == State::Running || progress_.state == State::Done)) return {};
  if (progress_.state == State::Running) {
    return error(ErrorCode::Unavailable, progress_.name,
                 " is being fetched; wait until that has ended");
  }
  progress_ = {.name = name, .state = State::Running};
  // The thread before has ended, or is about to: it changed the state last.
  thread_ = std::jthread([this, name](const std::stop_token& stop) { run(stop, name); });
  return {};
}

ModelFetcher::Progress ModelFetcher::progress() const {
  const std::lock_guard lock(mutex_);
  return progress_;
}

void ModelFetcher::run(const std::stop_token& stop, const std::string& name) {
  log_info("fetching ", name);
  Status status = fetch(stop, name);
  if (!status) log_warning("fetching ", name, ": ", status.error().message);
  const std::lock_guard lock(mutex_);
  progress_.state = status ? State::Done : State::Failed;
  if (!status) progress_.error = std::move(status).error().message;
}

Status ModelFetcher::fetch(const std::stop_token& stop, const std::string& name) {
  TRY_ASSIGN(const ModelName model, parse_model_name(name));
  PullOptions options;
  options.on_progress = [&](std::uint64_t num_bytes, std::uint64_t num_bytes_total) {
    const std::lock_guard lock(mutex_);
    progress_.num_bytes = num_bytes;
    progress_.num_bytes_total = num_bytes_total;
    return !stop.stop_requested();
  };
  TRY_ASSIGN(const std::filesystem::path path, pull_model(model, hub_, options));
  TRY_ASSIGN(std::shared_ptr<Completer> completer, open_(path, name));
  models_.serve({name}, std::move(completer));
  log_info(name, " is here and answers");
  return {};
}

}  // namespace falconet
