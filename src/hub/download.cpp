#include "hub/download.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <thread>

#include "base/strings.h"
#include "hub/http.h"
#include "hub/partial_file.h"
#include "hub/sha256.h"

namespace falconet {
namespace {

/// "bytes 100-199/1000"
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t total = 0;  // 0: unknown
};

std::optional<ContentRange> parse_content_range(const std::string* text) {
  if (text == nullptr || !text->starts_with("bytes ")) return std::nullopt;
  const std::string_view rest = std::string_view(*text).substr(6);
  const auto dash = rest.find('-');
  const auto slash = rest.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos) return std::nullopt;
  const auto first = parse_number<std::uint64_t>(rest.substr(0, dash));
  if (!first) return std::nullopt;
  return ContentRange{*first, parse_number<std::uint64_t>(rest.substr(slash + 1)).value_or(0)};
}

std::uint64_t number_of(const std::string* text) {
  return text == nullptr ? 0 : parse_number<std::uint64_t>(*text).value_or(0);
}

/// What identifies this version of the file: a strong ETag, else a date.
std::string validator_of(const HttpHead& head) {
  if (const std::string* etag = head.find("etag")) return etag->starts_with("W/") ? "" : *etag;
  const std::string* date = head.find("last-modified");
  return date == nullptr ? "" : *date;
}

std::string without_quotes(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

/// A connection that broke off, while TLS was being agreed on or later.
bool may_pass(const Error& error) {
  return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Unsupported;
}

/// One download: its file, what is expected of it, and the attempts made.
class Download {
 public:
  Download(const DownloadRequest& request, const DownloadOptions& options, PartialFile& file)
      : request_(request), options_(options), file_(file) {}

  Status run() {
    int num_idle = 0;
    std::chrono::milliseconds pause = options_.first_pause;
    while (true) {
      const std::uint64_t before = file_.num_bytes();
      Status attempt = is_complete() ? Status() : try_once();
      if (attempt && is_complete()) return {};
      if (!attempt && !may_pass(attempt.error())) return attempt;
      const bool has_progress = file_.num_bytes() > before;
      num_idle = has_progress ? 0 : num_idle + 1;
      if (has_progress) pause = options_.first_pause;
      if (num_idle >= options_.max_idle_attempts) {
        if (attempt) return too_short();
        return std::move(attempt).error().within(
            cat("gave up after ", num_idle,
                " attempts without progress (what is there is kept, "
                "and the next call goes on from it)"));
      }
      std::this_thread::sleep_for(std::max(pause, std::chrono::milliseconds(retry_after_)));
      pause = std::min(pause * 2, options_.max_pause);
    }
  }

  bool was_resumed() const { return was_resumed_; }

  /// Compares the finished file with what was announced.
  Status verify() const {
    const std::uint64_t expected = total();
    if (expected != 0 && file_.num_bytes() != expected) return too_short();
    TRY(check_first_bytes());
    const std::string sha256 = expected_sha256();
    if (sha256.empty()) return {};
    TRY_ASSIGN(const std::string found, sha256_of_file(file_.path()));
    if (found == to_lower(sha256)) return {};
    return error(ErrorCode::Corrupt, request_.url, " arrived with SHA-256 ", found, ", expected ",
                 to_lower(sha256), "; it was deleted");
  }

 private:
  std::uint64_t total() const {
    return request_.num_bytes != 0 ? request_.num_bytes : file_.origin().num_bytes;
  }

  std::string expected_sha256() const {
    return request_.sha256.empty() ? file_.origin().sha256 : request_.sha256;
  }

  bool is_complete() const {
    if (total() != 0) return file_.num_bytes() == total();
    return has_ended_;  // a server that does not say how long its file is
  }

  Status check_first_bytes() const {
    std::string found(request_.first_bytes.size(), '\0');
    std::ifstream in(file_.path(), std::ios::binary);
    in.read(found.data(), static_cast<std::streamsize>(found.size()));
    if (found == request_.first_bytes) return {};
    return error(ErrorCode::Corrupt, request_.url, " does not begin with \"", request_.first_bytes,
                 "\": it is not the file that was meant, but perhaps a page of a login");
  }

  Error too_short() const {
    return error(ErrorCode::Corrupt, request_.url, " has ", file_.num_bytes(), " bytes, expected ",
                 total());
  }

  /// Whether the bytes at hand may be the beginning of what the server has now.
  bool can_resume() const {
    if (file_.num_bytes() == 0 || file_.origin().url != request_.url) return false;
    if (!request_.sha256.empty() && file_.origin().sha256 != request_.sha256) return false;
    if (total() != 0 && file_.num_bytes() > total()) return false;
    return !file_.origin().validator.empty() || !expected_sha256().empty();
  }

  Status try_once() {
    retry_after_ = std::chrono::seconds(0);
    has_ended_ = false;
    FetchRequest http = {
        .url = request_.url, .headers = request_.headers, .stall_timeout = options_.stall_timeout};
    if (can_resume()) {
      http.first_byte = file_.num_bytes();
      if (const std::string& validator = file_.origin().validator; !validator.empty()) {
        http.headers.push_back(cat("If-Range: ", validator));
      }
    }
    asked_from_ = http.first_byte;
    TRY(http_fetch(
        http, [this](const HttpHead& head) { return take_head(head); },
        [this](std::string_view piece) { return take_body(piece); }));
    has_ended_ = true;
    return {};
  }

  Status take_head(const HttpHead& head) {
    if (head.status == 206) return take_partial(head);
    if (head.status == 200) return begin_anew(head);
    if (head.status == 416 && asked_from_ > 0) {  // the file there is shorter than what we have
      file_.discard();
      return error(ErrorCode::Unavailable, request_.url, " has changed");
    }
    retry_after_ = std::min(std::chrono::seconds(number_of(head.find("retry-after"))),
                            std::chrono::duration_cast<std::chrono::seconds>(options_.max_pause));
    return http_status_error(head.status, request_.url);
  }

  Status take_partial(const HttpHead& head) {
    const auto range = parse_content_range(head.find("content-range"));
    const std::string validator = validator_of(head);
    const bool is_same = range && range->first == file_.num_bytes() &&
                         (range->total == 0 || total() == 0 || range->total == total()) &&
                         (validator.empty() || validator == file_.origin().validator);
    was_resumed_ |= is_same;
    if (is_same) return {};
    file_.discard();
    return error(ErrorCode::Unavailable, request_.url,
                 " has changed, or sends another part of "
                 "the file than it was asked for");
  }

  Status begin_anew(const HttpHead& head) {
    PartialOrigin origin = {.url = request_.url,
                            .validator = validator_of(head),
                            .sha256 = request_.sha256,
                            .num_bytes = number_of(head.find("content-length"))};
    if (origin.num_bytes == 0) origin.num_bytes = number_of(head.find_on_the_way("x-linked-size"));
    if (const std::string* linked = head.find_on_the_way("x-linked-etag");
        origin.sha256.empty() && linked != nullptr && is_sha256(without_quotes(*linked))) {
      origin.sha256 = without_quotes(*linked);
    }
    if (request_.num_bytes != 0 && origin.num_bytes != 0 &&
        origin.num_bytes != request_.num_bytes) {
      return error(ErrorCode::Corrupt, request_.url, " has ", origin.num_bytes,
                   " bytes, but its repository lists ", request_.num_bytes,
                   "; it may have just been changed: try again");
    }
    TRY(file_.restart(std::move(origin)));
    return file_.check_room(total());
  }

  Status take_body(std::string_view piece) {
    if (total() != 0 && file_.num_bytes() + piece.size() > total()) {
      file_.discard();
      return error(ErrorCode::Corrupt, request_.url, " sends more than the ", total(),
                   " bytes that were announced");
    }
    TRY(file_.append(piece));
    if (options_.on_progress && !options_.on_progress(file_.num_bytes(), total())) {
      return error(ErrorCode::Cancelled, "the download was stopped; the next call goes on from ",
                   human_bytes(file_.num_bytes()));
    }
    return {};
  }

  const DownloadRequest& request_;
  const DownloadOptions& options_;
  PartialFile& file_;
  std::uint64_t asked_from_ = 0;
  bool has_ended_ = false;
  bool was_resumed_ = false;
  std::chrono::seconds retry_after_{0};
};

}  // namespace

Status download_file(const DownloadRequest& request, const DownloadOptions& options) {
  std::error_code ignored;
  if (std::filesystem::exists(request.destination, ignored)) return {};
  TRY_ASSIGN(PartialFile file, PartialFile::open(request.destination));
  if (std::filesystem::exists(request.destination, ignored)) return {};  // it came meanwhile
  Download download(request, options, file);
  TRY(download.run());
  Status verdict = download.verify();
  if (!verdict && download.was_resumed()) {
    // The parts may be of two versions of the file; one fresh start is worth it then.
    file.discard();
    TRY(download.run());
    verdict = download.verify();
  }
  if (!verdict) {
    file.discard();
    return verdict;
  }
  return file.commit();
}

}  // namespace falconet
