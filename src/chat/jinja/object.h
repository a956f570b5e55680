// The few values of templates that change: namespaces, loops, generators, cyclers, macros.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/jinja/value.h"

namespace falconet::jinja {

/// Owned by the Runtime until the end of the rendering, so that cycles through them do no harm.
class Object {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  virtual std::string_view type_name() const = 0;
  virtual std::string_view module() const = 0;  // as Python's type names it, with its last dot
  virtual bool is_callable() const { return false; }

  /// What stands behind the dot; nothing where there is no such attribute.
  virtual std::optional<Value> attribute(std::string_view) const { return std::nullopt; }
};

/// namespace(…): the one thing whose attributes a template may set.
class Namespace final : public Object {
 public:
  std::string_view type_name() const override { return "Namespace"; }
  std::string_view module() const override { return "jinja2.utils."; }
  std::optional<Value> attribute(std::string_view name) const override;

  const Dict& attributes() const { return attributes_; }
  void set(std::string_view name, Value value);

 private:
  Dict attributes_;
};

/// What map, select and their like give: items that can be taken once.
class Generator final : public Object {
 public:
  explicit Generator(std::vector<Value> items) : items_(std::move(items)) {}
  std::string_view type_name() const override { return "generator"; }
  std::string_view module() const override { return ""; }

  std::optional<Value> next();
  std::vector<Value> take_rest();

 private:
  std::vector<Value> items_;
  std::size_t position_ = 0;
};

/// The variable `loop`.
class Loop : public Object {
 public:
  Loop(Items items, int depth0) : items_(std::move(items)), depth0_(depth0) {}
  std::string_view type_name() const override { return "LoopContext"; }
  std::string_view module() const override { return "jinja2.runtime."; }
  std::optional<Value> attribute(std::string_view name) const override;

  void advance_to(std::size_t index0) { index0_ = index0; }
  std::size_t index0() const { return index0_; }
  std::size_t length() const { return items_->size(); }
  int depth0() const { return depth0_; }

  /// loop.changed(…): are these other values than last time?
  bool remember(std::vector<Value> values);

 private:
  Items items_;
  int depth0_;
  std::size_t index0_ = 0;
  std::optional<std::vector<Value>> last_values_;
};

/// cycler(…): one item after the other, around and around.
class Cycler final : public Object {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {}  // not empty
  std::string_view type_name() const override { return "Cycler"; }
  std::string_view module() const override { return "jinja2.utils."; }
  std::optional<Value> attribute(std::string_view name) const override;

  Value next();
  void reset() { position_ = 0; }

 private:
  std::vector<Value> items_;
  std::size_t position_ = 0;
};

/// joiner(…): nothing when first called, the separator afterwards.
class Joiner final : public Object {
 public:
  explicit Joiner(Value separator) : separator_(std::move(separator)) {}
  std::string_view type_name() const override { return "Joiner"; }
  std::string_view module() const override { return "jinja2.utils."; }
  bool is_callable() const override { return true; }

  Value next();

 private:
  Value separator_;
  bool is_used_ = false;
};

}  // namespace falconet::jinja
