// A study on disk: a folder of JSONL files, read with every bad line named, written whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "feedback/records.h"

namespace falconet {

/// A line that was left out, and why.
struct BadLine {
  std::string file = {};    // "ratings.jsonl"
  std::int64_t number = 0;  // from 1
  std::string message = {};
};

struct FeedbackFolder {
  FeedbackRecords records = {};
  std::vector<BadLine> bad_lines = {};  // the first kMaxBadLines
  std::int64_t num_bad_lines = 0;
};

constexpr std::size_t kMaxBadLines = 100;

// A record is a few hundred bytes; a long interview turn some thousands.
constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20;

// A study of a million generations has about 400 bytes each.
constexpr std::int64_t kMaxRecordsPerFile = 4'000'000;

/// Files that are absent are empty; other files are ignored. A line that breaks the schema, repeats
/// an id, or refers to a record that is not there is left out and named. After it every reference
/// holds: generations to participants (added without a segment where participants.jsonl lacks them
/// altogether), ratings, signals and annotations to generations.
/// Errors: NotFound (no such folder, or none of the files in it), Io, TooLarge.
Result<FeedbackFolder> read_feedback_folder(const std::filesystem::path& folder);

/// Creates the folder if need be. Each file appears whole or not at all; files of kinds that the
/// records lack are not written. Errors: AlreadyExists (a file of ours is there), Io.
Status write_feedback_folder(const FeedbackRecords& records, const std::filesystem::path& folder);

}  // namespace falconet
