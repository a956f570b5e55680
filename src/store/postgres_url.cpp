#include "store/postgres_url.h"

#include <algorithm>

#include "base/strings.h"

namespace falconet {
namespace {

Error unusable(std::string_view what) {
  return error(ErrorCode::InvalidArgument, "expected postgresql://user@host:port/database; ", what);
}

/// What libpq would name in an error message must not be the end of a password.
bool are_ports_numbers(std::string_view hosts) {
  for (std::string_view host : split(hosts, ',')) {
    if (const std::size_t bracket = host.rfind(']'); bracket != std::string_view::npos) {
      host.remove_prefix(bracket);  // an IPv6 address has colons itself
    }
    const std::size_t colon = host.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view port = host.substr(colon + 1);
    if (!std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; })) return false;
  }
  return true;
}

/// "?name=value&…" without passwords, and without names that are written in another way.
std::string shown_parameters(std::string_view parameters) {
  std::string shown;
  for (const std::string_view parameter : split(parameters, '&')) {
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (name.empty() || name == "password" || name == "sslpassword" ||
        name.find('%') != std::string_view::npos) {
      continue;
    }
    shown += cat(shown.empty() ? "?" : "&", parameter);
  }
  return shown;
}

}  // namespace

Result<PostgresUrl> parse_postgres_url(std::string_view text) {
  PostgresUrl url{.whole = std::string(text)};
  const std::size_t scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || (scheme != "postgresql" && scheme != "postgres")) {
    return unusable("this begins in another way");
  }
  if (text.find('\0') != std::string_view::npos) return unusable("this has a zero byte");
  std::string_view rest = text.substr(scheme_end + 3);
  url.shown = cat(scheme, "://");
  // Users end at the first '@' that no '/' precedes.
  if (const std::size_t at = rest.find_first_of("@/"); at < rest.size() && rest[at] == '@') {
    const std::string_view user = rest.substr(0, at);
    url.shown += cat(user.substr(0, user.find(':')), "@");
    rest.remove_prefix(at + 1);
  }
  const std::size_t question = std::min(rest.find('?'), rest.size());
  const std::string_view place = rest.substr(0, question);
  if (place.find('@') != std::string_view::npos) {
    return unusable("a / or @ in a password is written %2F or %40");
  }
  if (!are_ports_numbers(place.substr(0, place.find('/')))) {
    return unusable("a port is a number");
  }
  url.shown += place;
  if (question < rest.size()) url.shown += shown_parameters(rest.substr(question + 1));
  return url;
}

}  // namespace falconet
