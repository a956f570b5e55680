#include "grammar/string_formats.h"

#include <string>

#include "base/strings.h"
#include "grammar/pattern_language.h"

namespace falconet {
namespace {

std::string group(const std::string& inside) { return "(?:" + inside + ")"; }

// RFC 3339, section 5.6. A leap second only where it is one without looking at the offset.
std::string full_date() {
  // Without the year 0000, which RFC 3339 has and most libraries for dates refuse.
  const std::string year = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
  const std::string fourth = "(?:0[48]|[2468][048]|[13579][26])";
  const std::string leap_year = group("[0-9]{2}" + fourth + "|" + fourth + "00");
  return group(year +
               "-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
               "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
               "|02-(?:0[1-9]|1[0-9]|2[0-8]))|" +
               leap_year + "-02-29");
}

std::string full_time() {
  return group(
      "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?"
      "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
      "|23:59:60(?:\\.[0-9]+)?(?:[Zz]|[+-]00:00)");
}

// RFC 3339, appendix A.
std::string duration() {
  const std::string time = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
  const std::string date = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)";
  return "P(?:" + date + group(time) + "?|" + time + "|[0-9]+W)";
}

std::string ipv4() {
  const std::string byte = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  return byte + "(?:\\." + byte + "){3}";
}

// RFC 3986, section 3.2.2.
std::string ipv6() {
  const std::string h = "[0-9A-Fa-f]{1,4}";
  const std::string last = group(h + ":" + h + "|" + ipv4());
  const auto before = [&](int most) {  // up to so many groups before "::"
    return group(group(h + ":") + "{0," + std::to_string(most - 1) + "}" + h) + "?";
  };
  return group(group(h + ":") + "{6}" + last + "|::" + group(h + ":") + "{5}" + last + "|" +
               before(1) + "::" + group(h + ":") + "{4}" + last + "|" + before(2) +
               "::" + group(h + ":") + "{3}" + last + "|" + before(3) + "::" + group(h + ":") +
               "{2}" + last + "|" + before(4) + "::" + h + ":" + last + "|" + before(5) +
               "::" + last + "|" + before(6) + "::" + h + "|" + before(7) + "::");
}

// RFC 1123; labels with hyphens in the third and fourth place are kept for other encodings.
const char* const kLabel = "(?:[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?)";

std::string hostname() { return cat(kLabel, group(cat("\\.", kLabel)), "*"); }

std::string email() {
  const std::string atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  const std::string quoted = "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\"";
  return group(atom + "(?:\\." + atom + ")*|" + quoted) + "@" +
         group(hostname() + "|\\[" + ipv4() + "\\]|\\[IPv6:" + ipv6() + "\\]");
}

/// RFC 3986, appendix A; RFC 3987 adds characters beyond ASCII.
struct UriParts {
  explicit UriParts(const std::string& more) {
    const std::string pct = "%[0-9A-Fa-f]{2}";
    const std::string plain = "A-Za-z0-9._~!$&'()*+,;=" + more + "-";
    const std::string pchar = group("[:@" + plain + "]|" + pct);
    const std::string no_colon = group("[@" + plain + "]|" + pct);
    const std::string host =
        group("\\[" + group(ipv6() + "|v[0-9A-Fa-f]+\\.[:A-Za-z0-9._~!$&'()*+,;=-]+") + "\\]|" +
              group("[" + plain + "]|" + pct) + "*");
    const std::string authority =
        group(group("[:" + plain + "]|" + pct) + "*@") + "?" + host + "(?::[0-9]*)?";
    const std::string rest = group("/" + pchar + "*") + "*";
    const std::string absolute = "/" + group(pchar + "+" + rest) + "?";
    const std::string with_authority = "//" + authority + rest;
    const std::string tail = group("\\?" + group(pchar + "|[/?]") + "*") + "?" +
                             group("#" + group(pchar + "|[/?]") + "*") + "?";
    uri = "[A-Za-z][A-Za-z0-9+.-]*:" +
          group(with_authority + "|" + absolute + "|" + pchar + "+" + rest) + "?" + tail;
    relative = group(with_authority + "|" + absolute + "|" + no_colon + "+" + rest) + "?" + tail;
  }
  std::string uri;
  std::string relative;
};

// RFC 6570.
std::string uri_template() {
  const std::string name = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})";
  const std::string variable =
      name + group("\\.?" + name) + "*" + group(":[1-9][0-9]{0,3}|\\*") + "?";
  const std::string literal =
      "[!#$&(-;=?-\\[\\]_a-z~\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF]|%[0-9A-Fa-f]{2}";
  return group(literal + "|\\{[+#./;?&]?" + variable + group("," + variable) + "*\\}") + "*";
}

/// Regular expressions without groups, which all engines read alike.
std::string plain_regex() {
  const std::string atom =
      "(?:[A-Za-z0-9 _/:;,@#%&=<>!~'\"-]|\\.|\\\\[dDwWsS.^$|?*+()\\[\\]{}/\\\\]|\\[\\^?[A-Za-z0-9_ "
      ".]+\\])";
  const std::string item = atom + "(?:[*+?]|\\{[1-9]\\})?";
  return "\\^?" + group(item) + "*\\$?";
}

std::optional<std::string> format_pattern(std::string_view format) {
  const std::string beyond_ascii = "\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF";
  if (format == "date") return full_date();
  if (format == "time") return full_time();
  if (format == "date-time") return full_date() + "[Tt]" + full_time();
  if (format == "duration") return duration();
  if (format == "uuid") return "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
  if (format == "ipv4") return ipv4();
  if (format == "ipv6") return ipv6();
  if (format == "hostname" || format == "idn-hostname") return hostname();
  if (format == "email" || format == "idn-email") return email();
  if (format == "uri") return UriParts("").uri;
  if (format == "iri") return UriParts(beyond_ascii).uri;
  if (format == "uri-reference") return group(UriParts("").uri + "|" + UriParts("").relative);
  if (format == "iri-reference") {
    const UriParts parts(beyond_ascii);
    return group(parts.uri + "|" + parts.relative);
  }
  if (format == "uri-template") return uri_template();
  if (format == "json-pointer") return "(?:/(?:[^/~]|~[01])*)*";
  if (format == "relative-json-pointer") return "(?:0|[1-9][0-9]*)(?:#|(?:/(?:[^/~]|~[01])*)*)";
  if (format == "regex") return plain_regex();
  return std::nullopt;
}

}  // namespace

Result<std::optional<RegexId>> format_language(RegexPool& pool, std::string_view format) {
  const auto pattern = format_pattern(format);
  if (!pattern) return std::optional<RegexId>();
  TRY_ASSIGN(RegexId language, pattern_language(pool, *pattern, PatternMatch::Whole));
  if (format == "hostname" || format == "idn-hostname") {
    const RegexId characters = pool.set(CodePoints::all());
    language = pool.both({language, pool.repeated(characters, 1, 253),
                          pool.negated(known_language(pool, "(?:[^]*\\.)?[^.]{2}--[^]*"))});
  }
  return std::optional(language);
}

}  // namespace falconet
