#include "server/page.h"

#include <algorithm>
#include <vector>

#include "server/accept_encoding.h"
#include "server/errors.h"
#include "server/web_assets.h"

namespace falconet {
namespace {

// Nothing from elsewhere, nothing inline, no frame around us: text that a model wrote cannot
// become a program on the page.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html dompurify falconet";

// The frame in which pictures and pages of models are drawn runs what it is given, in an origin of
// its own and without any network. web/frame_policy.ts says the same; the page draws nothing in a
// frame that comes without it.
constexpr std::string_view kFramePath = "/frame.html";
constexpr const char* kFramePolicy =
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// The asset that a path names: the page itself reads /c/ID, /s/TOKEN, /join/TOKEN, /survey/ID and
/// /interview/ID.
std::string_view asset_path(std::string_view path) {
  for (const char* folder : {"/c/", "/s/", "/join/", "/survey/", "/interview/"}) {
    if (path.starts_with(folder)) return "/";
  }
  return path;
}

/// Of equal weight the smaller one.
ContentCoding coding_for(const HttpRequest& request, const WebAsset& asset) {
  std::vector<ContentCoding> available;
  if (!asset.brotli.empty()) available.push_back(ContentCoding::Brotli);
  if (!asset.gzip.empty()) available.push_back(ContentCoding::Gzip);
  return choose_coding(request.header("Accept-Encoding"), available);
}

std::string_view bytes_of(const WebAsset& asset, ContentCoding coding) {
  switch (coding) {
    case ContentCoding::Brotli: return asset.brotli;
    case ContentCoding::Gzip: return asset.gzip;
    case ContentCoding::Identity: break;
  }
  return asset.bytes;
}

/// Each form has its own: they differ byte for byte.
std::string etag_of(const WebAsset& asset, ContentCoding coding) {
  if (coding == ContentCoding::Identity) return cat('"', asset.etag, '"');
  return cat('"', asset.etag, '-', content_coding_name(coding), '"');
}

}  // namespace

Result<HttpResponse> page(Service&, const HttpRequest& request) {
  const auto assets = web_assets();
  const auto asset = std::find_if(assets.begin(), assets.end(), [&](const WebAsset& candidate) {
    return candidate.path == asset_path(request.path);
  });
  if (asset == assets.end()) {
    return http_error(404, "unknown_url",
                      assets.empty() ? "this program was built without its page (FALCONET_WEB=OFF)"
                                     : cat("there is nothing at GET ", request.path));
  }
  // A hashed name never changes its content; the page that mentions those names must be asked for
  // again.
  const bool is_hashed = asset->path.starts_with("/assets/");
  const ContentCoding coding = coding_for(request, *asset);
  const std::string etag = etag_of(*asset, coding);
  HttpResponse response{.content_type = std::string(asset->content_type)};
  response.headers = {
      {"ETag", etag},
      {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"},
      {"Content-Security-Policy",
       asset->path == kFramePath ? kFramePolicy : kContentSecurityPolicy},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"}};
  const std::string_view known = request.header("If-None-Match");
  if (known == "*" || known.find(etag) != std::string_view::npos) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  if (coding != ContentCoding::Identity) {
    response.headers.push_back({"Content-Encoding", content_coding_name(coding)});
  }
  response.body = bytes_of(*asset, coding);
  return response;
}

}  // namespace falconet
