// Whether an answer is right, decided by a program: what a trial of two settings counts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

struct AnsweredCall {
  std::string name = {};
  std::string arguments = {};  // JSON
};

/// What a reader sees of an answer: no reasoning.
struct VisibleAnswer {
  std::string content = {};
  std::vector<AnsweredCall> calls = {};
};

class AnswerCheck {
 public:
  /// {"kind": …, "value": …}. Kinds: "boxed" (the last \boxed{…} holds the text), "exact" (white
  /// space around it aside), "contains" (one text or all of a list, in any case), "json" (the whole
  /// answer is this JSON), "tool" (one call, {"name", "arguments"}), "schema" (the whole answer is
  /// JSON that this schema takes).
  /// Errors: InvalidArgument (another kind, a value of the wrong type).
  static Result<AnswerCheck> of(const Json& check);

  /// What can be asked of other answers when this one is right: its last \boxed{…}, or, where it is
  /// JSON as a whole, that JSON. Nothing: no program can tell whether another one is right.
  static std::optional<AnswerCheck> by_example(std::string_view right);

  bool is_right(const VisibleAnswer& answer) const;

 private:
  enum class Kind { Boxed, Exact, Contains, SameJson, Tool, Schema };

  Kind kind_ = Kind::Exact;
  Json value_ = {};
};

}  // namespace falconet
