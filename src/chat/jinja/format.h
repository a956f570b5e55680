// Python's two ways to fill values into text: "%s" % value and "{}".format(value).
#pragma once

#include "base/result.h"
#include "chat/jinja/builtin.h"
#include "chat/jinja/runtime.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

/// `format` is text; `values` is one value, a tuple of values, or a dictionary for %(name)s.
/// Errors: InvalidArgument where format and values do not fit, TooLarge over the limits.
Result<Value> format_percent(Runtime& runtime, const Value& format, const Value& values);

/// Errors: the same.
Result<Value> format_braces(Runtime& runtime, const Value& format, const Arguments& arguments);

}  // namespace falconet::jinja
