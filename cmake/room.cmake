# What most files read, compiled once a build: nlohmann/json alone costs a file two seconds. The
# engine and tidy presets go without (FALCONET_PCH=OFF), so that an #include that is missing is noticed.
function(falconet_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LIBS" ${ARGN})
  set(source ${CMAKE_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Nothing but what is precompiled.\n")
  add_library(${name} OBJECT ${source})
  target_link_libraries(${name} PRIVATE falconet_flags ${ARG_LIBS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

if(FALCONET_PCH)
  set(standard_headers
    <algorithm> <array> <chrono> <cstdint> <filesystem> <functional> <memory> <optional> <span>
    <string> <string_view> <utility> <variant> <vector> <nlohmann/json.hpp>)
  falconet_precompiled(falconet_pch
    HEADERS ${standard_headers} LIBS nlohmann_json::nlohmann_json)
  if(FALCONET_TESTS)
    falconet_precompiled(falconet_test_pch
      HEADERS ${standard_headers} <gmock/gmock.h> <gtest/gtest.h>
      LIBS nlohmann_json::nlohmann_json GTest::gmock)
  endif()
endif()

# Sources are compiled several at a time (FALCONET_UNITY): the templates of nlohmann/json and of the
# standard library are then instantiated once for eight files, which halves the build. Names in the
# anonymous namespaces of a room are therefore unique in it, but for the rooms marked SEPARATE. The engine and tidy presets go without,
# so that an #include that is missing is noticed.
set(CMAKE_UNITY_BUILD ${FALCONET_UNITY})
set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)

# falconet_room(NAME [SEPARATE] DEPS room… LIBS target…)
#   SEPARATE: each file is compiled alone, FALCONET_UNITY or not
#   src/NAME/**/*.cpp            -> static library falconet_NAME
#   src/NAME/**/*_test.cpp       -> test program NAME_test, found by pattern so that none is forgotten
#   src/NAME/**/*_fuzz.cpp       -> one libFuzzer program each (preset "fuzz" only)
# Sources named *_avx2.cpp, *_avx512.cpp, *_dotprod.cpp … get their instruction set's flags from
# falconet_isa_flags.
function(falconet_room name)
  cmake_parse_arguments(ARG "SEPARATE" "" "DEPS;LIBS" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/src/${name})
  file(GLOB_RECURSE all CONFIGURE_DEPENDS ${folder}/*.cpp)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "(_(test|fuzz)|/main)\\.cpp$")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(fuzzers ${all})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")

  set(deps)
  foreach(dep IN LISTS ARG_DEPS)
    list(APPEND deps falconet_${dep})
  endforeach()

  falconet_isa_flags(${sources})
  if(sources)
    # Built where something links it: a preset that tests few rooms needs few.
    add_library(falconet_${name} STATIC EXCLUDE_FROM_ALL ${sources})
    set(scope PUBLIC)
  else()
    add_library(falconet_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  if(sources AND ARG_SEPARATE)
    set_target_properties(falconet_${name} PROPERTIES UNITY_BUILD OFF)
  endif()
  if(FALCONET_PCH AND sources)
    target_precompile_headers(falconet_${name} REUSE_FROM falconet_pch)
  endif()
  target_include_directories(falconet_${name} ${scope} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(falconet_${name} ${scope} falconet_flags ${deps} ${ARG_LIBS})

  if(FALCONET_TESTS AND tests AND (NOT FALCONET_TEST_ROOMS OR ${name} IN_LIST FALCONET_TEST_ROOMS))
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE falconet_${name} GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE
      FALCONET_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    if(FALCONET_PCH)
      target_precompile_headers(${name}_test REUSE_FROM falconet_test_pch)
    endif()
    if(ARG_SEPARATE)
      set_target_properties(${name}_test PROPERTIES UNITY_BUILD OFF)
    endif()
    get_filename_component(build ${CMAKE_BINARY_DIR} NAME)
    add_test(NAME ${build}.${name} COMMAND ${name}_test)
  endif()

  if(FALCONET_FUZZERS)
    foreach(fuzzer IN LISTS fuzzers)
      get_filename_component(program ${fuzzer} NAME_WE)
      add_executable(${program} ${fuzzer})
      target_link_libraries(${program} PRIVATE falconet_${name})
      target_link_options(${program} PRIVATE -fsanitize=fuzzer)
    endforeach()
  endif()
endfunction()

# Sources for one instruction set are compiled with its flags; everything else runs on the
# architecture's baseline, and the choice between them is made at start.
function(falconet_isa_flags)
  foreach(source IN LISTS ARGN)
    set(flags)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
      if(source MATCHES "_avx2\\.cpp$")
        set(flags -mavx2 -mfma -mf16c -mbmi2)
      elseif(source MATCHES "_avx512(_bf16)?\\.cpp$")
        set(flags -mavx2 -mfma -mf16c -mbmi2 -mavx512f -mavx512bw -mavx512dq -mavx512vl
                  -mavx512vnni
                  # GCC 12 takes the intrinsics' own undefined operands for mistakes of ours.
                  -Wno-maybe-uninitialized -Wno-uninitialized)
        if(source MATCHES "_bf16\\.cpp$")
          list(APPEND flags -mavx512bf16)
        endif()
      endif()
    elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
      if(source MATCHES "_dotprod\\.cpp$")
        set(flags -march=armv8.2-a+dotprod+fp16)
      elseif(source MATCHES "_i8mm\\.cpp$")
        set(flags -march=armv8.2-a+dotprod+fp16+i8mm)
      endif()
    endif()
    if(flags)
      set_source_files_properties(${source} PROPERTIES
        COMPILE_OPTIONS "${flags}" SKIP_PRECOMPILE_HEADERS ON)
    endif()
  endforeach()
endfunction()
