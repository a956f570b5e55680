#include "cli/download_progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>

#include "base/strings.h"
#include "cli/terminal.h"

namespace falconet {
namespace {

using namespace std::chrono_literals;

constexpr auto kRedrawTime = 100ms;
constexpr auto kMeasureTime = 500ms;
constexpr int kBarCells = 24;

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

std::string bar(double share) {
  const int full = static_cast<int>(share * kBarCells);
  std::string out;
  for (int i = 0; i < kBarCells; ++i) out += i < full ? "█" : "░";
  return out;
}

std::string duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return cat(whole, " s");
  if (whole < 3600) return cat(whole / 60, " min ", whole % 60, " s");
  return cat(whole / 3600, " h ", whole / 60 % 60, " min");
}

}  // namespace

DownloadProgress::DownloadProgress(std::ostream& out, std::string label)
    : out_(out), label_(std::move(label)), is_live_(is_terminal(out)) {}

DownloadProgress::~DownloadProgress() {
  if (has_drawn_ && is_live_) out_ << '\n' << std::flush;
}

// Bytes that an earlier try left are no speed of ours, so measuring begins at the first call.
double DownloadProgress::bytes_per_second(std::uint64_t num_bytes, Clock::time_point now) {
  if (!has_measured_ || num_bytes < measured_bytes_) {
    has_measured_ = true;
    measured_ = now;
    measured_bytes_ = num_bytes;
    return speed_;
  }
  const std::chrono::duration<double> elapsed = now - measured_;
  if (elapsed < kMeasureTime) return speed_;
  const double recent = static_cast<double>(num_bytes - measured_bytes_) / elapsed.count();
  speed_ = speed_ == 0 ? recent : 0.7 * speed_ + 0.3 * recent;
  measured_ = now;
  measured_bytes_ = num_bytes;
  return speed_;
}

std::string DownloadProgress::text(std::uint64_t num_bytes, std::uint64_t total,
                                   double speed) const {
  std::string out = label_;
  if (total > 0) {
    const double share = std::min(1.0, static_cast<double>(num_bytes) / static_cast<double>(total));
    out += cat("  ", is_live_ ? bar(share) + " " : "", static_cast<int>(share * 100), " %  ",
               human_bytes(num_bytes), " of ", human_bytes(total));
  } else {
    out += cat("  ", human_bytes(num_bytes));
  }
  if (speed > 0) out += cat("  ", human_bytes(static_cast<std::uint64_t>(speed)), "/s");
  if (speed > 0 && total > num_bytes) {
    out += cat("  ", duration(static_cast<double>(total - num_bytes) / speed), " left");
  }
  return out;
}

void DownloadProgress::update(std::uint64_t num_bytes, std::uint64_t total) {
  const auto now = Clock::now();
  const double speed = bytes_per_second(num_bytes, now);
  const bool is_done = total > 0 && num_bytes >= total;
  if (is_live_) {
    if (has_drawn_ && !is_done && now - drawn_ < kRedrawTime) return;
    std::string line = text(num_bytes, total, speed);
    // A line that wraps cannot be drawn over; the bar's cells have three bytes each.
    const std::size_t room = terminal_columns() + std::size_t{2} * kBarCells;
    if (line.size() > room) line = text(num_bytes, total, 0).substr(label_.size());
    out_ << "\r\x1b[K" << line << std::flush;
  } else {
    const std::uint64_t tenth = total > 0 ? num_bytes * 10 / total : 0;
    if (has_drawn_ && tenth < next_line_) return;
    next_line_ = tenth + 1;
    out_ << text(num_bytes, total, speed) << '\n' << std::flush;
  }
  has_drawn_ = true;
  drawn_ = now;
}

}  // namespace falconet
