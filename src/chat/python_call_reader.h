// Reads calls that a model writes as Python does, name(argument="value", other=[True, None]), as
// JSON. Values may be Python's or JSON's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace falconet {

/// One call as it comes. Positional arguments have no name and are left out.
class PythonCallReader {
 public:
  /// Takes text up to the call's closing parenthesis; returns how much of it. What is new is in
  /// name() and take_arguments().
  std::size_t push(std::string_view text);

  bool is_complete() const { return state_ == State::Complete; }
  /// Empty until the opening parenthesis.
  const std::string& name() const { return name_; }
  /// More of the JSON object of the arguments. A string comes whole.
  std::string take_arguments();

 private:
  enum class State { Name, Key, Value, String, Complete };

  void read_key(char c);
  void read_value(char c);
  void read_string(char c);
  void end_word();
  void end_escape();
  void end_surrogate();
  void end_string();
  void end_value(char c);

  State state_ = State::Name;
  std::string name_;
  std::string word_;    // of a name, a key, or True, False, None in a value
  std::string string_;  // between its quotes, escapes undone
  std::string escape_;  // under way in a string, its backslash included
  std::string arguments_;
  char32_t high_surrogate_ = 0;  // the first half of a pair, as JSON escapes it
  char quote_ = 0;
  int depth_ = 0;  // of brackets in a value
  bool has_arguments_ = false;
};

/// Where `text` begins like a call, its whole length at the opening parenthesis: "get_time(".
/// Otherwise 0 where it cannot become one, and npos where more text must decide.
std::size_t begun_python_call(std::string_view text);

}  // namespace falconet
