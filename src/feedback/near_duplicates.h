// Which texts say the same, letter by letter or nearly so: templates, repeats, copies.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace falconet {

/// Letters, digits and Chinese characters alone, in lower case.
std::string bare_text(std::string_view text);

/// Texts whose shingles (runs of four characters) agree in this share are one.
constexpr double kNearDuplicate = 0.8;

/// For each text the number of its group, groups numbered by their first text; texts that hold no
/// letter are groups of their own. Candidates by MinHash in bands (Broder 1997; Leskovec, Rajaraman
/// and Ullman 2014, section 3.4), each checked by its shingles; which texts are grouped does not
/// depend on their order.
std::vector<int> near_duplicate_groups(std::span<const std::string> texts);

}  // namespace falconet
