// Finds the tool calls in an answer while it streams.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/python_call_reader.h"

namespace falconet {

/// How a family of models writes {"name": …, "arguments": {…}} ("parameters" is read as well).
enum class ToolCallForm {
  Tags,      // <tool_call>\n{…}\n</tool_call> for each call: Qwen2.5, Qwen3, Hermes, Spark
  Mistral,   // [TOOL_CALLS][{…}, {…}]
  Object,    // the whole answer is {…}: Llama 3.x
  Pythonic,  // the whole answer is [name(argument="…"), …]: Llama 3.2 and 4, Gemma 3
};

/// The text before a call, and after it.
struct ToolCallMarks {
  std::string open;
  std::string close;
};

ToolCallMarks tool_call_marks(ToolCallForm form);

/// The form that a template writes earlier calls in; Tags where it shows none.
ToolCallForm detect_tool_call_form(std::string_view template_source);

struct ToolCallDelta {
  std::size_t index = 0;
  std::string name = {};       // with the call's first delta
  std::string arguments = {};  // more of their JSON, as the model wrote it
};

struct ToolCallText {
  std::string content = {};
  std::vector<ToolCallDelta> calls = {};
};

/// Reads one call object as it comes. Arguments that come before the name are held back until the
/// name is known.
class ToolCallReader {
 public:
  /// Takes text up to the object's end; returns how much of it. What is new is in name() and
  /// take_arguments().
  std::size_t push(std::string_view text);

  bool has_begun() const { return has_begun_; }
  bool is_complete() const { return has_begun_ && depth_ == 0; }
  const std::string& name() const { return name_; }
  std::string take_arguments();

 private:
  void read_structure(char c);
  void read_string(char c);
  void end_string();

  bool has_begun_ = false;
  int depth_ = 0;
  bool is_in_string_ = false;
  bool is_escaped_ = false;
  bool is_key_ = true;  // at depth 1: the next string is a key
  std::string text_;    // of the string at depth 1 under way, as JSON
  std::string key_;     // the last key at depth 1
  std::string name_;
  std::string arguments_;
};

/// Feed pieces of any size. Marks never leak into the content, and neither does the space around
/// calls.
class ToolCallParser {
 public:
  explicit ToolCallParser(ToolCallForm form);

  ToolCallText push(std::string_view text);

  /// What was held back because it could have become a call.
  ToolCallText finish();

  /// Calls whose name was read.
  std::size_t num_calls() const { return num_calls_; }

 private:
  enum class State { Text, Call, AfterCall };

  // Each takes from pending_ what is settled; true if another state goes on.
  bool take_text(ToolCallText& out);
  bool take_object_text(ToolCallText& out);
  bool take_python_text(ToolCallText& out);
  bool take_call(ToolCallText& out);
  bool take_python_call(ToolCallText& out);
  void give(const std::string& name, bool had_name, std::string arguments, ToolCallText& out);
  bool take_separator();

  ToolCallForm form_;
  ToolCallMarks marks_;
  State state_ = State::Text;
  std::string pending_;
  ToolCallReader reader_;
  PythonCallReader python_reader_;
  std::string nameless_;  // Object: it may turn out to be no call
  std::size_t num_calls_ = 0;
  bool has_content_ = false;
};

}  // namespace falconet
