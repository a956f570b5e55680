// Tools for models whose chat template does not show them.
#pragma once

#include <string_view>

#include "base/json.h"

namespace falconet {

/// Whether a template writes the tools that it is given.
bool template_shows_tools(std::string_view template_source);

/// The conversation with the tools described in a system message, earlier calls and their results
/// as text, in the form of ToolCallForm::Tags. For templates such as DeepSeek-R1's, which leave
/// tools out in silence.
Json with_tools_as_text(const Json& messages, const Json& tools);

}  // namespace falconet
