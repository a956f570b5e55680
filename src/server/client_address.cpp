#include "server/client_address.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "base/strings.h"

namespace falconet {
namespace {

using IpAddress = boost::asio::ip::address;

std::optional<IpAddress> parse_address(std::string_view text) {
  boost::system::error_code failure;
  const IpAddress parsed = boost::asio::ip::make_address(std::string(trim(text)), failure);
  return failure ? std::nullopt : std::optional(parsed);
}

/// ::ffff:192.0.2.1 is 192.0.2.1 on a socket that takes both.
IpAddress plain(const IpAddress& any) {
  if (!any.is_v6() || !any.to_v6().is_v4_mapped()) return any;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, any.to_v6());
}

bool is_from_this_machine(const HttpRequest& request) {
  if (request.peer.empty()) return true;  // a unix domain socket
  const auto peer = parse_address(request.peer);
  return peer && plain(*peer).is_loopback();
}

/// A proxy appends to the header, or adds one more: what it wrote itself is at the very end.
std::string_view last_forwarded(const HttpRequest& request) {
  std::string_view last;
  const auto [begin, end] = request.headers.equal_range("X-Forwarded-For");
  for (auto field = begin; field != end; ++field) {
    last = {field->value().data(), field->value().size()};
  }
  const auto comma = last.rfind(',');
  return comma == std::string_view::npos ? last : last.substr(comma + 1);
}

}  // namespace

std::string client_address(const HttpRequest& request) {
  if (is_from_this_machine(request)) {
    if (const auto forwarded = parse_address(last_forwarded(request))) {
      return plain(*forwarded).to_string();
    }
  }
  const auto peer = parse_address(request.peer);
  return peer ? plain(*peer).to_string() : "local";
}

std::string network_of(const std::string& text) {
  const auto parsed = parse_address(text);
  if (!parsed || !parsed->is_v6()) return text;
  auto bytes = parsed->to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return boost::asio::ip::address_v6(bytes).to_string();
}

bool came_over_tls(const HttpRequest& request) {
  return is_from_this_machine(request) && request.header("X-Forwarded-Proto") == "https";
}

}  // namespace falconet
