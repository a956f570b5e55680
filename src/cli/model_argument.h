// From what a user types for a model to its files on this machine.
#pragma once

#include <filesystem>
#include <string>

#include "cli/command.h"

namespace falconet {

struct FoundModel {
  std::filesystem::path path;
  std::string name;         // what to call it: a short name, a repository, or the file's own name
  std::string origin = {};  // LocalModelOptions::origin: where the path itself says nothing
};

/// A path, a model that was pulled, or one that is fetched now, with its progress on io.err. Empty:
/// deepseek-r1:1.5b if it is on this machine, or else the first that is, or else the bundled one,
/// which is announced as what it is.
/// Errors: those of ModelFolder::resolve and pull_model.
Result<FoundModel> find_model(const std::string& text, const Streams& io);

/// A path, a model that was pulled, or the bundled one: for commands that measure or convert, which
/// fetch nothing by themselves.
/// Errors: those of ModelFolder::resolve.
Result<std::filesystem::path> find_local_model(const std::string& text);

/// Fetches what is missing of a model; Ctrl-C stops and keeps what there is.
Result<std::filesystem::path> pull_with_progress(const std::string& text, const Streams& io);

}  // namespace falconet
