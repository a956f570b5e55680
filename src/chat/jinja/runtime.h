// One rendering's means: what it may still spend, what it owns, and what time it is.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "chat/jinja/object.h"
#include "chat/jinja/value.h"
#include "chat/render_limits.h"

namespace falconet::jinja {

/// Every new value passes through here, so that no template can outgrow its limits.
class Runtime {
 public:
  Runtime(const RenderLimits& limits, std::chrono::sys_seconds now) : limits_(limits), now_(now) {}

  const RenderLimits& limits() const { return limits_; }
  std::chrono::sys_seconds now() const { return now_; }

  /// Errors: TooLarge when the rendering has used up its steps.
  Status spend(std::size_t num_steps) {
    if (num_steps > limits_.max_steps - num_steps_) return out_of_steps();
    num_steps_ += num_steps;
    return {};
  }

  // New values. Errors: TooLarge over the limits of steps, text size or depth.
  Result<Value> text(std::string bytes, bool is_safe = false);
  Result<Value> sequence(SequenceKind kind, std::vector<Value> items, std::string spelling = {});
  Result<Value> list(std::vector<Value> items) {
    return sequence(SequenceKind::List, std::move(items));
  }
  Result<Value> tuple(std::vector<Value> items) {
    return sequence(SequenceKind::Tuple, std::move(items));
  }
  Result<Value> dict(Dict dict);
  Result<Value> generator(std::vector<Value> items);

  /// Keeps the object until the end of the rendering.
  template <class T, class... Arguments>
  T* own(Arguments&&... arguments) {
    auto object = std::make_unique<T>(std::forward<Arguments>(arguments)...);
    T* const address = object.get();
    objects_.push_back(std::move(object));
    return address;
  }

 private:
  static Error out_of_steps();
  Status admit(const Extent& extent);

  const RenderLimits limits_;
  const std::chrono::sys_seconds now_;
  std::size_t num_steps_ = 0;
  std::vector<std::unique_ptr<Object>> objects_;
};

}  // namespace falconet::jinja
