// The short names that people know, and the repository and file each stands for.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace falconet {

struct ShortName {
  std::string_view name;        // "deepseek-r1:1.5b"
  std::string_view repository;  // at Hugging Face: "org/repo"
  std::string_view file;
};

/// The model that Falconet was made for.
constexpr std::string_view kRecommendedModel = "deepseek-r1:1.5b";

/// In the order in which help shows them.
std::span<const ShortName> short_names();

/// By name; "deepseek-r1" alone is the first of its family.
const ShortName* find_short_name(std::string_view name);

/// The short name of a repository's file, for lists.
const ShortName* find_short_name_of(std::string_view repository, std::string_view file);

}  // namespace falconet
