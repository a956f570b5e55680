// Requests and responses as the handlers see them.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace falconet {

struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // percent-decoded, without the query
  std::string query;   // as it was sent, without "?"
  boost::beast::http::fields headers;
  std::string body;
  std::string peer;  // the address it came from; empty on a unix domain socket
  std::string id;    // ours: 24 hexadecimal digits, for logs and for x-request-id

  /// Empty if the header is absent.
  std::string_view header(std::string_view name) const {
    const auto value = headers[boost::beast::string_view(name.data(), name.size())];
    return {value.data(), value.size()};
  }
};

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<HttpHeader> headers = {};
};

}  // namespace falconet
