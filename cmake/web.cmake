# falconet_web: the files of the page as one C++ source, so that the program needs no folder beside
# it. npm is needed to build them and not to run them.
option(FALCONET_WEB "Build the chat page into the program (needs npm)" ON)

set(web ${CMAKE_SOURCE_DIR}/web)
set(web_assets ${CMAKE_BINARY_DIR}/web_assets.cpp)

if(FALCONET_WEB)
  find_program(NPM npm)
  if(NOT NPM)
    message(FATAL_ERROR "npm is needed to build the chat page: install the package npm "
                        "(apt install npm), or configure with -DFALCONET_WEB=OFF to do without it")
  endif()
  file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${web}/src/* ${web}/root/*)
  # In the source tree, so that all build folders share them: the first one to build installs.
  set(web_packages ${web}/node_modules/.installed)
  add_custom_command(
    OUTPUT ${web_packages}
    DEPENDS ${web}/package.json ${web}/package-lock.json
    COMMAND sh -c "test '${web_packages}' -nt package-lock.json || '${NPM}' ci --no-audit --no-fund --loglevel=error"
    COMMAND ${CMAKE_COMMAND} -E touch ${web_packages}
    WORKING_DIRECTORY ${web}
    COMMENT "Installing the page's build tools" VERBATIM)
  add_custom_command(
    OUTPUT ${web_assets}
    DEPENDS ${web_packages} ${web_sources} ${web}/index.html ${web}/vite.config.ts
            ${web}/embed.ts ${web}/svelte.config.js ${web}/tsconfig.json
    COMMAND ${CMAKE_COMMAND} -E env FALCONET_WEB_ASSETS=${web_assets}
            ${NPM} run --silent build -- --logLevel warn --outDir ${CMAKE_BINARY_DIR}/web
    WORKING_DIRECTORY ${web}
    COMMENT "Building the page" VERBATIM)
else()
  file(CONFIGURE OUTPUT ${web_assets} CONTENT [[
#include "server/web_assets.h"

std::span<const falconet::WebAsset> falconet::web_assets() { return {}; }
]])
endif()

add_library(falconet_web STATIC ${web_assets})
target_include_directories(falconet_web PRIVATE ${CMAKE_SOURCE_DIR}/src)
