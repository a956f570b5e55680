// How far a download is.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace falconet {

/// A line that says how far something is, with speed and time left; on a terminal it is drawn anew
/// in place, elsewhere a line comes every ten percent.
class DownloadProgress {
 public:
  DownloadProgress(std::ostream& out, std::string label);
  ~DownloadProgress();
  DownloadProgress(const DownloadProgress&) = delete;
  DownloadProgress& operator=(const DownloadProgress&) = delete;

  /// `total` 0: unknown.
  void update(std::uint64_t num_bytes, std::uint64_t total);

 private:
  using Clock = std::chrono::steady_clock;

  double bytes_per_second(std::uint64_t num_bytes, Clock::time_point now);
  std::string text(std::uint64_t num_bytes, std::uint64_t total, double speed) const;

  std::ostream& out_;
  std::string label_;
  bool is_live_;
  bool has_drawn_ = false;
  Clock::time_point drawn_;
  Clock::time_point measured_;
  std::uint64_t measured_bytes_ = 0;
  bool has_measured_ = false;
  double speed_ = 0;             // smoothed
  std::uint64_t next_line_ = 0;  // tenths of the whole already said, where nobody watches
};

}  // namespace falconet
