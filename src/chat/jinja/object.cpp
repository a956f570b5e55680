#include "chat/jinja/object.h"

#include <algorithm>

namespace falconet::jinja {

std::optional<Value> Namespace::attribute(std::string_view name) const {
  const Value* value = attributes_.find(name);
  return value ? std::optional(*value) : std::nullopt;
}

void Namespace::set(std::string_view name, Value value) {
  attributes_.set(Value(std::string(name)), std::move(value));
}

std::optional<Value> Generator::next() {
  if (position_ == items_.size()) return std::nullopt;
  return std::move(items_[position_++]);
}

std::vector<Value> Generator::take_rest() {
  std::vector<Value> rest(
      std::make_move_iterator(items_.begin() + static_cast<std::ptrdiff_t>(position_)),
      std::make_move_iterator(items_.end()));
  items_.clear();
  position_ = 0;
  return rest;
}

std::optional<Value> Loop::attribute(std::string_view name) const {
  const std::size_t length = items_->size();
  const bool is_first = index0_ == 0, is_last = index0_ + 1 >= length;
  if (name == "index") return Value::count(index0_ + 1);
  if (name == "index0") return Value::count(index0_);
  if (name == "revindex") return Value::count(length - index0_);
  if (name == "revindex0") return Value::count(length - index0_ - 1);
  if (name == "first") return Value(is_first);
  if (name == "last") return Value(is_last);
  if (name == "length") return Value::count(length);
  if (name == "depth") return Value(Integer{depth0_} + 1);
  if (name == "depth0") return Value(Integer{depth0_});
  if (name == "previtem") {
    return is_first ? Value::undefined("there is no previous item") : (*items_)[index0_ - 1];
  }
  if (name == "nextitem") {
    return is_last ? Value::undefined("there is no next item") : (*items_)[index0_ + 1];
  }
  return std::nullopt;
}

bool Loop::remember(std::vector<Value> values) {
  const bool is_same = last_values_ && std::equal(last_values_->begin(), last_values_->end(),
                                                  values.begin(), values.end(), is_equal);
  if (!is_same) last_values_ = std::move(values);
  return !is_same;
}

std::optional<Value> Cycler::attribute(std::string_view name) const {
  if (name == "current") return items_[position_];
  return std::nullopt;
}

Value Cycler::next() {
  const Value& item = items_[position_];
  position_ = (position_ + 1) % items_.size();
  return item;
}

Value Joiner::next() {
  if (is_used_) return separator_;
  is_used_ = true;
  return Value(std::string());
}

}  // namespace falconet::jinja
