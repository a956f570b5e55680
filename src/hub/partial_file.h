// A download that is not finished: name.part with its bytes, name.part.json with what they are of.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

/// What the bytes so far are the beginning of. An empty validator means that nobody can tell
/// whether the server still has the same file.
struct PartialOrigin {
  std::string url;
  std::string validator;        // a strong ETag, or a Last-Modified date
  std::string sha256;           // as announced; empty if unknown
  std::uint64_t num_bytes = 0;  // as announced; 0 if unknown
};

/// Holds a lock as long as it lives: two programs do not write to one file. Bytes survive the
/// program; the final name appears only in commit().
class PartialFile {
 public:
  /// Errors: Unavailable (another program is downloading it), Io, PermissionDenied.
  static Result<PartialFile> open(const std::filesystem::path& final_path);

  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&& other) = delete;
  ~PartialFile();

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t num_bytes() const { return num_bytes_; }
  const PartialOrigin& origin() const { return origin_; }

  /// Forgets all bytes and begins anew with a file of this origin.
  Status restart(PartialOrigin origin);

  /// Errors: Exhausted (disk full), Io.
  Status append(std::string_view bytes);

  /// Errors: Exhausted, where the disk has no room for so many more bytes.
  Status check_room(std::uint64_t num_more_bytes) const;

  /// Flushes and gives the file its final name.
  Status commit();

  /// Deletes what was downloaded.
  void discard();

 private:
  PartialFile() = default;
  void read_origin();
  std::filesystem::path sidecar_path() const;

  std::filesystem::path final_path_;
  std::filesystem::path path_;
  PartialOrigin origin_;
  std::uint64_t num_bytes_ = 0;
  int fd_ = -1;
};

/// Deletes name.part and its sidecar, if there are any.
void remove_partial(const std::filesystem::path& final_path);

}  // namespace falconet
